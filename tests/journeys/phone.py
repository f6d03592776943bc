"""A client's phone behind a bad network, whose page can die at any moment."""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, expect

from tests.journeys.looking import assert_accessible, misfits
from tests.journeys.losing import LosingProxy

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

WITHOUT_SYNC = "delete window.SyncManager; delete window.ServiceWorkerRegistration?.prototype.sync;"
ENTRIES = """async () => {
  const account = localStorage.getItem("steadyback-account");
  const open = indexedDB.open(`steadyback-${account}`);
  await new Promise((done) => { open.onsuccess = done; });
  const read = open.result.transaction("events").objectStore("events").getAll();
  await new Promise((done) => { read.onsuccess = done; });
  open.result.close();
  return read.result.map(({ event, state }) => ({ ...event, state }));
}"""
# What waits in any queue of events on this device, whoever is signed in.
UNSENT = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const all = (await indexedDB.databases()).map(({ name }) => name);
  const names = all.filter((name) => /^steadyback-[0-9a-f]+$/.test(name));
  let waiting = 0;
  for (const name of names) {
    const database = await asked(indexedDB.open(name));
    const entries = await asked(database.transaction("events").objectStore("events").getAll());
    waiting += entries.filter(({ state }) => state !== "sent").length;
    database.close();
  }
  return waiting;
}"""


class Phone:
    """One phone with the portal behind a bad network. Its page can die at any moment; what it stored stays."""

    def __init__(self, context: "BrowserContext", proxy: LosingProxy) -> None:
        self.context = context
        self.proxy = proxy
        self.page: Page = context.new_page()

    def open(self, path: str) -> None:
        """Go to a page; once more where Today, which loads itself anew when all is sent, cut the first try short."""
        try:
            self.page.goto(f"{self.proxy.url}{path}")
        except Error as error:
            if "net::ERR_ABORTED" not in str(error):
                raise
            self.page.goto(f"{self.proxy.url}{path}")

    def network(self, *, there: bool) -> None:
        self.proxy.down = not there
        self.context.set_offline(not there)

    def die(self) -> None:
        """The page goes without a word, as when a phone ends an app."""
        self.page.close(run_before_unload=False)
        self.page = self.context.new_page()

    def make_ready(self) -> None:
        """Open Today with a network, and wait until the phone has what it needs."""
        self.open("/today/")
        self.page.locator("html[data-kept]").wait_for(state="attached")
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def tap(self, action: str) -> None:
        scope = "dialog[open] " if self.page.locator("dialog[open]").count() else ""
        self.page.locator(f"{scope}[data-do={action}]").filter(visible=True).first.click()

    def screen(self, *names: str) -> None:
        self.page.locator(", ".join(f".player[data-screen={name}]" for name in names)).wait_for()

    def shows(self, state: str) -> None:
        """Wait for a pause, or for the dialog of that name."""
        self.page.locator(f".player[data-screen={state}], dialog[data-dialog={state}][open]").wait_for()

    def entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(ENTRIES)
        return found

    def has_sent_all(self) -> bool:
        try:
            return {each["state"] for each in self.entries()} == {"sent"}
        except Error:
            return False  # Today was loaded anew meanwhile

    def unsent(self) -> int:
        """How many events wait in the queues of all accounts on this phone."""
        found: int = self.page.evaluate(UNSENT)
        return found

    def carry_on(self) -> str:
        """Reopen the app; return what it says about where the client stopped."""
        self.open("/today/")
        self.page.get_by_role("link", name="Carry on").click()
        self.page.locator(".player[data-ready]").wait_for()
        return self.page.locator("[data-part=lines]").inner_text()


def begin_offline(phone: Phone) -> str:
    """Open Today and check in without a network; return the id of the session."""
    phone.open("/today/")
    phone.page.get_by_role("heading", name="You are offline").wait_for()
    expect(phone.page.get_by_text("You can still do today's session.")).to_be_visible()
    assert_accessible(phone.page)
    assert misfits(phone.page) == []
    phone.page.get_by_role("link", name="Start session").first.click()
    phone.page.locator("label:has(input[name=pain][value='3'])").click()
    assert_accessible(phone.page)
    phone.page.get_by_role("button", name="Start session").click()
    phone.page.locator(".player[data-ready]").wait_for()
    return phone.page.url.partition("#")[2]
