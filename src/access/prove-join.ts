import type { Proof } from './proof.ts'

/** A proof in one account, by the account's name. */
export interface PlacedProof {
  readonly place: string
  readonly proof: Proof
}

/** One proof for each trial and outcome, with the accounts in which it came out like that. */
export function joinProofs(proofs: readonly PlacedProof[]): readonly Proof[] {
  const joined = new Map<string, { readonly proof: Proof; readonly places: Set<string> }>()
  for (const { place, proof } of proofs) {
    const key = `${proof.grant}\n${proof.kind}\n${proof.title}`
    const present = joined.get(key)
    if (present === undefined) joined.set(key, { proof, places: new Set([place]) })
    else present.places.add(place)
  }
  return [...joined.values()].map(({ proof, places }) => {
    const others = places.size - 1
    if (others === 0) return proof
    const more = others === 1 ? 'one more account' : `${others} more accounts`
    return { ...proof, detail: `${proof.detail}; likewise in ${more}` }
  })
}
