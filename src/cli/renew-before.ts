/**
 * Milliseconds before its end at which a session is renewed: botocore asks again for every call that it signs when less
 * than 15 minutes are left.
 */
export const renewBeforeMs = 16 * 60_000
