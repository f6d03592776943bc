/** Says below a pain question what the chosen number means; the sentences come from the page as JSON. */
export default function mount(element) {
  const { name, sentences } = element.dataset;
  const byNumber = JSON.parse(document.getElementById(sentences).textContent);
  const form = element.closest("form");
  const show = () => {
    const chosen = new FormData(form).get(name);
    if (chosen === null) return;
    const [title, text] = byNumber[Number(chosen)];
    element.querySelector("b").textContent = title;
    element.querySelector("b ~ span").textContent = text;
  };
  form.addEventListener("change", show);
  show();
}
