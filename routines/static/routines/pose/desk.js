/** The state of the pose editor: the figure, the poses of the steps, which key is selected, and what can be undone. */
import { vocabulary } from "#routines/movement/limits.js";
import { History } from "#routines/pose/history.js";
import { recountedPose } from "#routines/pose/keys.js";
import { saysJoint } from "#routines/pose/layer.js";

export class Desk {
  /** `start`: {name, base, postures, language, text}; `steps`: pose of each step by the name of its field. */
  constructor(start, figure, steps, changed) {
    Object.assign(this, start);
    this.names = vocabulary();
    this.history = new History({ figure, steps });
    this.selected = Math.min(figure.shows ?? figure.keys.length - 1, figure.keys.length - 1);
    this.changed = changed;
    this.together = this.isEven();
  }

  get figure() { return this.history.now.figure; }

  get steps() { return this.history.now.steps; }

  /** Whether the selected key says the same of both sides. */
  isEven() {
    const key = this.figure.keys[this.selected];
    return !Object.keys(this.names.joints).some((name) => name.includes(".R.") && saysJoint(key, name) && name in key.joints);
  }

  setTogether(on) {
    this.together = on;
    this.changed();
  }

  changeFigure(figure, label = "") {
    this.history.push({ figure, steps: this.steps }, label);
    this.changed();
  }

  changeKey(key, label = "") {
    this.changeFigure({ ...this.figure, keys: this.figure.keys.with(this.selected, key) }, label && `${this.selected} ${label}`);
  }

  /** Takes over {figure, map} of keys.js, with the poses of the steps counted anew, and selects a key. */
  changeKeys({ figure, map }, selected) {
    const steps = Object.fromEntries(Object.entries(this.steps).map(([field, pose]) => [field, recountedPose(pose, this.name, map)]));
    this.history.push({ figure, steps });
    this.select(selected);
  }

  setStep(field, pose) {
    this.history.push({ figure: this.figure, steps: { ...this.steps, [field]: pose } });
    this.changed();
  }

  select(index) {
    this.selected = Math.min(Math.max(index, 0), this.figure.keys.length - 1);
    this.history.close();
    this.together = this.isEven();
    this.changed();
  }

  undo() { return this.#back(this.history.undo()); }

  redo() { return this.#back(this.history.redo()); }

  #back(done) {
    if (done) this.select(this.selected);
    return done;
  }
}
