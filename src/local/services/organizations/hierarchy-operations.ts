import type { Operation } from '../../operation.ts'
import { renderAccount } from './account-operations.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { writeTree } from './tables.ts'
import { findMember, isContainer, membersUnder, parentOf, unitsUnder } from './tree.ts'
import { requireContainer } from './unit-operations.ts'

const listParents = organizationOperation<PageInput & { readonly ChildId: string }>({
  name: 'ListParents',
  callableBy: 'reader',
  on: (input) => [input.ChildId],
  run(input, { store, organization }) {
    const id = parentOf(store, organization, input.ChildId)
    if (id === undefined) throw organizationsError('ChildNotFoundException')
    const type = id === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT'
    const page = pageOf([{ Id: id, Type: type }], input, (parent) => parent.Id)
    return { Parents: page.items, ...page.more }
  },
})

interface ChildrenInput extends PageInput {
  readonly ParentId: string
  readonly ChildType: string
}

const listChildren = organizationOperation<ChildrenInput>({
  name: 'ListChildren',
  callableBy: 'reader',
  on: (input) => [input.ParentId],
  run(input, call) {
    requireContainer(call, input.ParentId)
    const page = pageOf(childIds(input, call), input, (id) => id)
    const children = page.items.map((id) => ({ Id: id, Type: input.ChildType }))
    return { Children: children, ...page.more }
  },
})

function childIds(input: ChildrenInput, { store, organization }: OrganizationCall) {
  const list = input.ChildType === 'ACCOUNT' ? membersUnder : unitsUnder
  return list(store, organization, input.ParentId).map((child): string => child.id)
}

const listAccountsForParent = organizationOperation<PageInput & { readonly ParentId: string }>({
  name: 'ListAccountsForParent',
  callableBy: 'reader',
  on: (input) => [input.ParentId],
  run(input, call) {
    requireContainer(call, input.ParentId)
    const members = membersUnder(call.store, call.organization, input.ParentId)
    const page = pageOf(members, input, (member) => member.id)
    return { Accounts: page.items.map((one) => renderAccount(one, call)), ...page.more }
  },
})

interface MoveInput {
  readonly AccountId: string
  readonly SourceParentId: string
  readonly DestinationParentId: string
}

const moveAccount = organizationOperation<MoveInput>({
  name: 'MoveAccount',
  callableBy: 'managementAccount',
  on: (input) => [input.AccountId, input.SourceParentId, input.DestinationParentId],
  run(input, { store, organization }) {
    const { SourceParentId: source, DestinationParentId: destination } = input
    const member = findMember(store, organization, input.AccountId)
    if (member === undefined) throw organizationsError('AccountNotFoundException')
    if (!isContainer(store, organization, source)) {
      throw organizationsError('SourceParentNotFoundException')
    }
    if (!isContainer(store, organization, destination)) {
      throw organizationsError('DestinationParentNotFoundException')
    }
    if (member.parentId === destination) throw organizationsError('DuplicateAccountException')
    if (member.parentId !== source) throw organizationsError('AccountNotFoundException')
    const value = { ...member, parentId: destination }
    const organizationId = organization.id
    writeTree(store, { organizationId, kind: 'members', key: member.id, value })
    return {}
  },
})

export const hierarchyOperations: readonly Operation[] = [
  listParents,
  listChildren,
  listAccountsForParent,
  moveAccount,
]
