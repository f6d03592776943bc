/**
 * Events as the server takes them. Pure, but for what is given.
 */

export const APP_VERSION = "1";

const two = (number) => String(number).padStart(2, "0");

/** Return an instant as ISO 8601 with the device's own offset: 2026-11-22T08:14:05.123+01:00. */
export function isoWithOffset(date) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Return a version 4 UUID; randomUUID is missing on pages without TLS. */
export function newId(crypto = globalThis.crypto) {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Return the whole event around what the engine saved: {type, item, data}. */
export function makeEvent(session, { type, item, data }, { id, date }) {
  return { id, session, type, item, at: isoWithOffset(date), app: APP_VERSION, data };
}
