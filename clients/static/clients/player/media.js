/**
 * Buttons of headphones and keyboards: play, pause, next and previous.
 *
 * A device hands them to a page that plays something, so while they are wanted a file of silence goes round and round;
 * it takes the sound over from other apps, which is why it is a setting.
 */

const EVENTS = { play: "carry_on", pause: "pause", stop: "pause", nexttrack: "next", previoustrack: "back" };

export class MediaKeys {
  #silence = null;

  constructor(dispatch, { window = globalThis, address = "" } = {}) {
    Object.assign(this, { window, address });
    const session = window.navigator?.mediaSession;
    for (const [action, type] of Object.entries(EVENTS)) {
      try {
        session?.setActionHandler(action, () => dispatch({ type }));
      } catch {
        // A browser that does not know one of the buttons.
      }
    }
  }

  /** Tell the device what is done and whether it runs. */
  show({ title, running }) {
    const { navigator, MediaMetadata } = this.window;
    const session = navigator?.mediaSession;
    if (!session) return;
    session.playbackState = running ? "playing" : "paused";
    if (MediaMetadata && session.metadata?.title !== title) session.metadata = new MediaMetadata({ title });
  }

  /** Take the sound over, or give it back. The first time inside a tap. */
  hold(on) {
    if (on && !this.#silence) {
      if (!this.window.Audio) return;
      this.#silence = new this.window.Audio(this.address);
      this.#silence.loop = true;
    }
    if (on) this.#silence.play()?.catch(() => {});
    else this.#silence?.pause();
  }
}
