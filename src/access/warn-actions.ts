import {
  expandActions,
  findService,
  nearestAction,
  nearestService,
  serviceOfPattern,
} from '../catalog/index.ts'
import type { PermissionStatement } from './access-file.ts'
import type { Finding, WarningRule } from './warn-rule.ts'
import { findInStatements } from './warn-statements.ts'

/** Actions that AWS does not have: they allow nothing, and a deny of them denies nothing. */
export const actionRules: readonly WarningRule[] = [
  {
    code: 'unknown-service',
    find: findInStatements((statement) =>
      writtenActions(statement).flatMap(({ action, element }) => {
        const prefix = serviceOfPattern(action)
        if (prefix === undefined || findService(prefix) !== undefined) return []
        const nearest = nearestService(prefix)
        return [
          {
            path: element,
            message: `\`${action}\`: AWS has no service \`${prefix}\`, so this matches nothing${didYouMean(nearest)}`,
            remedy: 'use the prefix that the service authorization reference gives the service',
          },
        ]
      }),
    ),
  },
  {
    code: 'unknown-action',
    find: findInStatements((statement) =>
      writtenActions(statement).flatMap(({ action, element }) => {
        const prefix = serviceOfPattern(action)
        if (prefix === undefined || findService(prefix) === undefined) return []
        return expandActions(action).length > 0 ? [] : [unknownAction(action, element)]
      }),
    ),
  },
  {
    code: 'pass-any-role',
    find: findInStatements((statement) => {
      const passing = statement.actions.find(matchesPassRole)
      if (statement.effect !== 'Allow' || passing === undefined) return []
      if (!statement.resources.includes('*') || isHeldToServices(statement)) return []
      return [
        {
          path: 'resources',
          message: `\`${passing}\` on \`*\` lets the holder hand any role of the account to a service, and so act with it`,
          remedy:
            'name the roles that may be passed, and the service in a condition on `iam:PassedToService`',
        },
      ]
    }),
  },
  {
    code: 'allow-not-action',
    find: findInStatements((statement) =>
      statement.effect === 'Allow' && statement.notActions.length > 0
        ? [
            {
              path: 'notActions',
              message:
                'an allow of all actions but some also allows every action that AWS adds later',
              remedy: 'list the actions that are needed',
            },
          ]
        : [],
    ),
  },
]

interface WrittenAction {
  readonly action: string
  readonly element: 'actions' | 'notActions'
}

function writtenActions(statement: PermissionStatement): readonly WrittenAction[] {
  return [
    ...statement.actions.map((action) => ({ action, element: 'actions' as const })),
    ...statement.notActions.map((action) => ({ action, element: 'notActions' as const })),
  ]
}

function unknownAction(action: string, element: string): Finding {
  return {
    path: element,
    message: `AWS has no action \`${action}\`, so this matches nothing${didYouMean(nearestAction(action))}`,
    remedy:
      'API operations and actions differ at times: the service authorization reference lists actions',
  }
}

function matchesPassRole(action: string): boolean {
  // `*` alone is the administrator's case, which has a warning of its own.
  return action !== '*' && expandActions(action).includes('iam:PassRole')
}

function isHeldToServices(statement: PermissionStatement): boolean {
  return Object.values(statement.conditions).some((keys) =>
    Object.keys(keys).some((key) => key.toLowerCase() === 'iam:passedtoservice'),
  )
}

function didYouMean(nearest: string | undefined): string {
  return nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
}
