import type { Operation } from '../../operation.ts'
import type { Tag } from '../iam/tags.ts'
import { unitArn } from './arns.ts'
import type { Unit } from './entities.ts'
import { newIds } from './ids.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { organizationQuotas } from './quotas.ts'
import { deleteFromTree, treeOf, writeTree } from './tables.ts'
import { addTags, readTags } from './tags.ts'
import { attachFullAccess, forgetTarget } from './targets.ts'
import { isContainer, lineageOf, membersUnder, pathOfNode, unitsUnder } from './tree.ts'

interface ParentInput {
  readonly ParentId: string
}

interface UnitInput {
  readonly OrganizationalUnitId: string
}

interface CreateInput extends ParentInput {
  readonly Name: string
  readonly Tags?: readonly Tag[]
}

const createOrganizationalUnit = organizationOperation<CreateInput>({
  name: 'CreateOrganizationalUnit',
  callableBy: 'managementAccount',
  tags: (input) => input.Tags,
  made: ({ organization }) => unitArn(organization, `ou-${organization.rootId.slice(2)}-*`),
  on: (input) => [input.ParentId],
  run(input, call) {
    const { store, organization } = call
    const { ParentId: parentId, Name: name } = input
    const tags = readTags(input.Tags)
    requireContainer(call, parentId)
    requireRoom(call, parentId)
    requireFreeName(call, { parentId, name })
    const unit = { id: newUnitId(call), name, parentId }
    saveUnit(call, unit)
    attachFullAccess(store, organization, unit.id)
    addTags(store, organization, { id: unit.id, tags })
    return { OrganizationalUnit: renderUnit(unit, call) }
  },
})

function newUnitId({ store, organization, randomBytes }: OrganizationCall): string {
  const units = treeOf(store, organization.id, 'units')
  let id = newIds.unit(organization.rootId, randomBytes)
  while (units.get(id) !== undefined) id = newIds.unit(organization.rootId, randomBytes)
  return id
}

export function requireContainer({ store, organization }: OrganizationCall, id: string): void {
  if (!isContainer(store, organization, id)) throw organizationsError('ParentNotFoundException')
}

function requireRoom({ store, organization }: OrganizationCall, parentId: string): void {
  // The root is no unit: what is there already under it is the depth.
  if (lineageOf(store, organization, parentId).length > organizationQuotas.unitDepth) {
    const message = 'You have exceeded the allowed depth of organizational units.'
    throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED', message)
  }
  if (treeOf(store, organization.id, 'units').size >= organizationQuotas.units) {
    const message = 'You have exceeded the allowed number of organizational units.'
    throw constraintViolation('OU_NUMBER_LIMIT_EXCEEDED', message)
  }
}

function requireFreeName(
  { store, organization }: OrganizationCall,
  { parentId, name, id }: Pick<Unit, 'parentId' | 'name'> & { readonly id?: string },
): void {
  const siblings = unitsUnder(store, organization, parentId)
  if (siblings.some((unit) => unit.name === name && unit.id !== id)) {
    throw organizationsError('DuplicateOrganizationalUnitException')
  }
}

function saveUnit({ store, organization }: OrganizationCall, unit: Unit): void {
  const at = { organizationId: organization.id, kind: 'units' as const, key: unit.id }
  writeTree(store, { ...at, value: unit })
}

function renderUnit(unit: Unit, { store, organization }: OrganizationCall): object {
  return {
    Id: unit.id,
    Arn: unitArn(organization, unit.id),
    Name: unit.name,
    Path: pathOfNode(store, organization, unit.id),
  }
}

function requireUnit({ store, organization }: OrganizationCall, id: string): Unit {
  const unit = treeOf(store, organization.id, 'units').get(id)
  if (unit === undefined) throw organizationsError('OrganizationalUnitNotFoundException')
  return unit
}

const describeOrganizationalUnit = organizationOperation<UnitInput>({
  name: 'DescribeOrganizationalUnit',
  callableBy: 'reader',
  on: (input) => [input.OrganizationalUnitId],
  run: (input, call) => ({
    OrganizationalUnit: renderUnit(requireUnit(call, input.OrganizationalUnitId), call),
  }),
})

const listOrganizationalUnitsForParent = organizationOperation<ParentInput & PageInput>({
  name: 'ListOrganizationalUnitsForParent',
  callableBy: 'reader',
  on: (input) => [input.ParentId],
  run(input, call) {
    requireContainer(call, input.ParentId)
    const units = unitsUnder(call.store, call.organization, input.ParentId)
    const page = pageOf(units, input, (unit) => unit.id)
    return { OrganizationalUnits: page.items.map((unit) => renderUnit(unit, call)), ...page.more }
  },
})

const updateOrganizationalUnit = organizationOperation<UnitInput & { readonly Name?: string }>({
  name: 'UpdateOrganizationalUnit',
  callableBy: 'managementAccount',
  on: (input) => [input.OrganizationalUnitId],
  run(input, call) {
    const before = requireUnit(call, input.OrganizationalUnitId)
    const unit = { ...before, name: input.Name ?? before.name }
    requireFreeName(call, unit)
    saveUnit(call, unit)
    return { OrganizationalUnit: renderUnit(unit, call) }
  },
})

const deleteOrganizationalUnit = organizationOperation<UnitInput>({
  name: 'DeleteOrganizationalUnit',
  callableBy: 'managementAccount',
  on: (input) => [input.OrganizationalUnitId],
  run(input, call) {
    const { store, organization } = call
    const { id } = requireUnit(call, input.OrganizationalUnitId)
    const children = [
      ...unitsUnder(store, organization, id),
      ...membersUnder(store, organization, id),
    ]
    if (children.length > 0) throw organizationsError('OrganizationalUnitNotEmptyException')
    forgetTarget(store, organization, id)
    deleteFromTree(store, { organizationId: organization.id, kind: 'units', key: id })
    return {}
  },
})

export const unitOperations: readonly Operation[] = [
  createOrganizationalUnit,
  describeOrganizationalUnit,
  listOrganizationalUnitsForParent,
  updateOrganizationalUnit,
  deleteOrganizationalUnit,
]
