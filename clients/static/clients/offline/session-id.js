/** Which session a page without a network is about. Pure. */

const ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

/** Return the session that an address asks for: /session/<id>/..., or #<id> on a kept page; null for none. */
export const sessionIn = ({ pathname, hash }) =>
  (new RegExp(`^/session/${ID}/`).exec(pathname) ?? new RegExp(`^#${ID}$`).exec(hash))?.[1] ?? null;
