/** The page without a network: what was kept here, and what can be done with it. */

import { checksHere, openMoment } from "#clients/offline/moment.js";
import { daysAfter, nextFirst, sessionsOn } from "#clients/offline/week.js";

// Where this page stands in for Today, and for the door; elsewhere another page was wanted.
const IS_TODAY = /^\/(today\/)?$/;
const IS_DOOR = /^\/in\//;

const fill = (card, { plan, slot, state, session }, { slots, text, stopped }) => {
  const part = (name) => card.querySelector(`[data-part=${name}]`);
  part("name").textContent = plan.name;
  part("place").textContent = part("place").dataset.text.replace("{slot}", slot).replace("{slots}", slots);
  part("place").hidden = slots < 2;
  part("when").textContent = plan.when ?? "";
  part("when").hidden = !plan.when;
  part("minutes").textContent = text("minutes", plan.minutes);
  part("exercises").textContent = text("exercises", plan.exercises);
  part("kit").textContent = part("kit").dataset.text.replace("{things}", plan.kit.join(", "));
  part("kit").closest("li").hidden = plan.kit.length === 0;
  part("stopped").textContent = stopped;
  part("stopped").hidden = !stopped;
  part("done").hidden = state !== "done";
  part("start").hidden = state !== "ready";
  part("carryOn").hidden = part("anew").hidden = state !== "started" || session === null;
  for (const each of ["start", "anew"]) part(each).href += `#${plan.assignment}/${slot}`;
  part("carryOn").href += `#${session}`;
};

/** Say what the clinic says itself about whom to ask; the emergency number stands first. help: of the week that is kept. */
const sayHelp = (box, help) => {
  const link = box.querySelector("a");
  link.href = `tel:${help.tel}`;
  link.querySelector("b").textContent = help.call;
  for (const { title, lines } of help.places) {
    const place = box.querySelector("template").content.firstElementChild.cloneNode(true);
    place.querySelector("b").textContent = title;
    for (const line of lines) {
      const said = document.createElement("p");
      said.textContent = line;
      place.append(said);
    }
    box.append(place);
  }
  box.hidden = false;
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
  if (IS_DOOR.test(location.pathname)) part("lead").textContent = part("lead").dataset.door;
  if (week?.help) sayHelp(part("help"), week.help);
  if (week?.phone) {
    part("phone").querySelector("a").href = `tel:${week.phone.replaceAll(" ", "")}`;
    part("phone").querySelector("bdi").textContent = week.phone;
    part("phone").hidden = false;
  }
  if (isWeek) {
    const begun = await kept.sessions();
    const eventsOf = Object.fromEntries(await Promise.all(begun.map(async ({ session }) => [session, await store.ofSession(session)])));
    const answered = new Set((await checksHere(checks)).map(({ session }) => session));
    const isStopped = ({ session, on }) => on === day && eventsOf[session].some(({ type }) => type === "stopped");
    // Closed after "Stop", before the safety questions were answered: the page of the session still asks them.
    const owed = begun.find((each) => isStopped(each) && !answered.has(each.session));
    part("check").hidden = !owed;
    if (owed) part("check").querySelector("a").href += `#${owed.session}`;
    const today = nextFirst(sessionsOn(week, day, begun, eventsOf));
    const template = part("card");
    const text = counted(root, language);
    for (const each of today) {
      const card = template.content.firstElementChild.cloneNode(true);
      const slots = today.filter(({ plan }) => plan === each.plan).length;
      const bundle = begun.find(({ session }) => session === each.session);
      // The player knows where it goes on; it is kept here with the session.
      const stopped = bundle ? (await import("#clients/player/player.js")).stoppedIn(bundle, eventsOf[each.session], language) : "";
      fill(card, each, { slots, text, stopped });
      // One session stands out, as on Today.
      if (each !== today[0]) for (const button of card.querySelectorAll(".btn--primary")) button.classList.replace("btn--primary", "btn--line");
      part("today").append(card);
    }
    if (IS_TODAY.test(location.pathname) && today[0] && today[0].state !== "done") part("lead").textContent = part("lead").dataset.today;
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
