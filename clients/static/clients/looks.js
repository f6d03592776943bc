/** Shows at once how the figures of the chosen colours look. Without this file they look so once they are saved. */

export const paletteOf = (kind, parts) => (kind === "own" ? parts.join("-") : kind);

/** The address of a picture with another look in it; "" leaves the look to the clinic's, given by `usual`. */
export function lookingLike(address, palette, usual) {
  const [path, query] = address.split("?");
  const values = new URLSearchParams(query);
  if (palette) values.set("look", palette);
  else if (usual) values.set("look", usual);
  else values.delete("look");
  return `${path}?${values}`;
}

export default function mount(root) {
  const form = root.querySelector("form");
  const example = root.querySelector('[data-part="example"]');
  const chosen = (name) => form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
  form.addEventListener("change", (event) => {
    if (["skin", "hair", "clothes"].includes(event.target.name)) form.querySelector('[name="kind"][value="own"]').checked = true;
    const palette = paletteOf(chosen("kind"), ["skin", "hair", "clothes"].map(chosen));
    for (const source of example.querySelectorAll("source")) source.srcset = lookingLike(source.srcset, palette, example.dataset.usual);
    const image = example.querySelector("img");
    image.src = lookingLike(image.getAttribute("src"), palette, example.dataset.usual);
  });
}
