/** Something that has to hold for an answer, since the question does not say it. */
export interface Proviso {
  readonly key: string
  readonly text: string
}
