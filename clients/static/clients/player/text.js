/**
 * Sentences of the page by key; the modules hold none of their own. Pure.
 */

/**
 * Return t(key, params): the sentence with {names} filled in.
 * A key whose forms are "key.one", "key.other" and so on is chosen by params.n in the page's language.
 */
export function createText(catalogue, language = "en") {
  let plurals;
  try {
    plurals = new Intl.PluralRules(language);
  } catch {
    plurals = new Intl.PluralRules("en");
  }
  return function t(key, params = {}) {
    const form = catalogue[key] ?? catalogue[`${key}.${plurals.select(params.n)}`] ?? catalogue[`${key}.other`];
    if (form === undefined) throw new Error(`no text for ${key}`);
    return form.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
  };
}
