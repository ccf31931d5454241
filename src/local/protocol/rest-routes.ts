import type { OperationModel, Route } from './service-model.ts'

/** Turns URI templates such as `/{Bucket}/{Key+}?acl` into routes; operations without one have none. */
export function compileRoutes(operations: readonly OperationModel[]): readonly Route[] {
  return operations.flatMap((operation) => {
    const { http } = operation
    return http === undefined ? [] : [compileRoute(operation, http)]
  })
}

/** A route's markers, or where it has none the parameters that it cannot be called without. */
export function tellingKeys(routes: readonly Route[]): ReadonlySet<string> {
  const keys = routes.flatMap(({ markers, requiredQuery }) =>
    markers.length > 0 ? markers.map(({ key }) => key) : requiredQuery,
  )
  return new Set(keys)
}

function compileRoute(
  operation: OperationModel,
  { method, uri }: { readonly method: string; readonly uri: string },
): Route {
  const [template = '', query = ''] = uri.split('?')
  const markers = query.split('&').flatMap((text) => {
    const [key = '', value = ''] = text.split('=')
    return key === '' ? [] : [{ key, value }]
  })
  const bindings = (operation.input?.members ?? []).map(({ binding, isRequired }) => ({
    binding,
    isRequired,
  }))
  const queries = bindings.flatMap(({ binding, isRequired }) =>
    binding.kind === 'query' ? [{ key: binding.key, isRequired }] : [],
  )
  const headers = bindings.flatMap(({ binding, isRequired }) =>
    binding.kind === 'header' && isRequired ? [binding.key] : [],
  )
  const requiredQuery = queries.filter(({ isRequired }) => isRequired).map(({ key }) => key)
  return {
    operation,
    method,
    path: compilePath(template),
    labels: [...template.matchAll(/\{(\w+)\+?\}/g)].flatMap(([, label]) => label ?? []),
    markers,
    requiredQuery,
    telling: [...markers.map(({ key }) => key), ...requiredQuery].sort().join('&'),
    requiredHeaders: headers,
    queryKeys: new Set([...markers, ...queries].map(({ key }) => key)),
  }
}

/** `{Name}` is one segment, `{Name+}` the rest of the path; a slash at the end of a bucket's path means nothing. */
function compilePath(template: string): RegExp {
  const pattern = template
    .replace(/\/$/, '')
    .replace(/\{\w+\+\}/g, '([^]+)')
    .replace(/\{\w+\}/g, '([^/]+)')
  return new RegExp(template.includes('+') ? `^${pattern}$` : `^${pattern}/?$`)
}
