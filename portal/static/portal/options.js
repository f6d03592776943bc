/** The number of the option that a key leads to, of `count`, from `at` (-1: none is chosen). */
export function nextOption(key, at, count) {
  if (!count) return -1;
  if (key === "ArrowDown") return at + 1 < count ? at + 1 : 0;
  if (key === "ArrowUp") return at > 0 ? at - 1 : count - 1;
  return at;
}
