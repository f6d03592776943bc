/**
 * Passkeys. A form with data-begin asks the server for a question, has the device answer it, puts the answer into its
 * field and sends itself. data-adds: makes a new passkey; without it: signs in, also from the address field's list.
 * The form stays hidden where the browser knows no passkeys.
 */

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** The server's JSON as credentials.create() and credentials.get() take it: texts of bytes become bytes. */
export function questionOf({ publicKey }) {
  const question = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (question.user) question.user = { ...question.user, id: bytes(question.user.id) };
  for (const key of ["allowCredentials", "excludeCredentials"]) {
    if (key in question) question[key] = named(question[key]);
  }
  return question;
}

/** A credential as the server takes it: bytes become base64url. */
export function answerOf({ id, rawId, type, response }) {
  const said = {};
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[key]) said[key] = text(response[key]);
  }
  return { id, rawId: text(rawId), type, response: said, clientExtensionResults: {} };
}

async function ask(form) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const response = await fetch(form.dataset.begin, { method: "POST", body });
  if (!response.ok) throw new Error(String(response.status));
  return questionOf(await response.json());
}

export default async function mount(form) {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  let waiting = new AbortController();
  const answer = async (options) => {
    const publicKey = await ask(form);
    const credential = await ("adds" in form.dataset
      ? navigator.credentials.create({ publicKey })
      : navigator.credentials.get({ publicKey, ...options }));
    form.elements.answer.value = JSON.stringify(answerOf(credential));
    form.submit();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    waiting.abort();
    waiting = new AbortController();
    const problem = form.querySelector("[data-part=problem]");
    problem.hidden = true;
    answer({ signal: waiting.signal }).catch(() => {
      problem.textContent = problem.dataset.words;
      problem.hidden = false;
    });
  });
  if ("adds" in form.dataset || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  // The list under the address field; whoever does not use it has lost nothing.
  answer({ mediation: "conditional", signal: waiting.signal }).catch(() => {});
}
