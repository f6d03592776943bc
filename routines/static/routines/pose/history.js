/** What was done and may be undone: states in order, none of them changed. */

const MOST = 200;

export class History {
  #past = [];
  #future = [];
  #label = "";

  constructor(state) { this.now = state; }

  /** Goes on to a state. Changes of one `label` that follow each other, as a slider makes them, are undone at once. */
  push(state, label = "") {
    if (!label || label !== this.#label) this.#past.push(this.now);
    if (this.#past.length > MOST) this.#past.shift();
    this.#label = label;
    this.#future = [];
    this.now = state;
  }

  /** The next change is undone on its own, even where it has the label of the one before. */
  close() { this.#label = ""; }

  get canUndo() { return this.#past.length > 0; }

  get canRedo() { return this.#future.length > 0; }

  undo() { return this.#step(this.#past, this.#future); }

  redo() { return this.#step(this.#future, this.#past); }

  #step(from, to) {
    if (!from.length) return false;
    to.push(this.now);
    this.now = from.pop();
    this.#label = "";
    return true;
  }
}
