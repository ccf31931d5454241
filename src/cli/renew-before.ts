/**
 * Milliseconds before its end at which a session is renewed: botocore asks again for every call that it signs when less
 * than 15 minutes are left.
 */
export const renewBeforeMs = 16 * 60_000

/** Milliseconds before its end at which a person gets a new one: nobody wants a session for one more minute. */
export const renewUnnoticedMs = 5 * 60_000
