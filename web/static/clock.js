// @ts-check
// A length of time as people read it.

// `ms` as minutes and seconds, 0:00 where none are left; half seconds are the caller's to round.
/** @param {number} ms */
export function clock(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return Math.floor(s / 60) + ":" + ("0" + (s % 60)).slice(-2);
}
