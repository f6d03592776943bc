/** The page without a network: what was kept here, and what can be done with it. */

import { openMoment } from "#clients/offline/moment.js";
import { daysAfter, sessionsOn } from "#clients/offline/week.js";

const fill = (card, { plan, slot, state, session }, slots, text) => {
  const part = (name) => card.querySelector(`[data-part=${name}]`);
  part("name").textContent = plan.name;
  part("place").textContent = part("place").dataset.text.replace("{slot}", slot).replace("{slots}", slots);
  part("place").hidden = slots < 2;
  part("when").textContent = plan.when ?? "";
  part("when").hidden = !plan.when;
  part("minutes").textContent = text("minutes", plan.minutes);
  part("exercises").textContent = text("exercises", plan.exercises);
  part("kit").textContent = plan.kit.join(", ");
  part("kit").closest("li").hidden = plan.kit.length === 0;
  part("done").hidden = state !== "done";
  part("start").hidden = state !== "ready";
  part("carryOn").hidden = state !== "started" || session === null;
  part("start").href += `#${plan.assignment}/${slot}`;
  part("carryOn").href += `#${session}`;
};

/** Sentences with a number in them stand on the page in each form that the language has. */
const counted = (root, language) => {
  const plurals = new Intl.PluralRules(language);
  return (name, number) => {
    const forms = root.querySelector(`[data-forms=${name}]`).dataset;
    return (forms[plurals.select(number)] ?? forms.other).replace("{n}", number);
  };
};

export default async function mount(root) {
  const language = document.documentElement.lang || "en";
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const { account, kept, week, store, checks, sync, day } = await openMoment();
  const isWeek = week !== null && week.plans.length > 0;
  part("nothing").hidden = isWeek;
  if (week?.phone) {
    part("phone").querySelector("a").href = `tel:${week.phone.replaceAll(" ", "")}`;
    part("phone").querySelector("bdi").textContent = week.phone;
    part("phone").hidden = false;
  }
  if (isWeek) {
    const begun = await kept.sessions();
    const eventsOf = Object.fromEntries(await Promise.all(begun.map(async ({ session }) => [session, await store.ofSession(session)])));
    const today = sessionsOn(week, day, begun, eventsOf);
    const template = part("card");
    const text = counted(root, language);
    for (const each of today) {
      const card = template.content.firstElementChild.cloneNode(true);
      fill(card, each, today.filter(({ plan }) => plan === each.plan).length, text);
      part("today").append(card);
    }
    part("rest").hidden = today.length > 0;
    const name = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
    const later = daysAfter(week, day).map((on) => name.format(new Date(`${on}T12:00:00Z`)));
    part("later").hidden = later.length === 0;
    part("laterDays").textContent = new Intl.ListFormat(language, { type: "conjunction" }).format(later);
  }
  if (account) {
    const waits = (await store.waiting()).length + (await checks.store.waiting()).length > 0;
    part("waits").hidden = !waits;
  }
  root.dataset.ready = "";
  const isOwnPage = location.pathname.startsWith("/offline/");
  // The page stays when the network comes back: it may go again, and the client may be about to tap.
  window.addEventListener("online", () => {
    sync?.send();
    checks?.sync.send();
  });
  part("again").addEventListener("click", () => (isOwnPage ? location.assign("/") : location.reload()));
}
