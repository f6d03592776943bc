/** The panels of one key: posture, joints by region, hands and feet, time. Each gives {title, name, controls}. */
import { choice, slider, tick, typed } from "#routines/pose/controls.js";
import {
  beneath, leansByItself, onPosture, otherSide, pairOf, saysJoint, saysPlace, withField, withHandSetLean, withJoint,
  withPlace, withRoot,
} from "#routines/pose/layer.js";
import { resolve } from "#routines/movement/joints.js";

const ROOT_LIMITS = { pitch: [-120, 120], turn: [-120, 120], bend: [-60, 60] };
const SIDED = { shin: true, thighback: true, strap: true };
const IN_WORLD = ["floor", "forearm", "here"];

/** A panel whose controls read the selected key of the editor and write it back. `desk` is the editor's state. */
export function keyPanels(desk) {
  const { text, names } = desk;
  const { words } = text;
  const key = () => desk.figure.keys[desk.selected];
  const under = () => beneath(key(), desk.postures);
  const whole = () => resolve(key(), desk.postures);
  const change = (next, label) => desk.changeKey(next, label);

  const joint = (name) => slider({
    words,
    label: text.joints[pairOf(name) || name],
    limits: names.joints[name],
    step: name.startsWith("scapula") ? 0.5 : 1,
    unit: name.startsWith("scapula") ? " cm" : "°",
    get: () => whole().joints[name] ?? 0,
    set: (value) => change(withBoth(name, value), name),
    changed: () => saysJoint(key(), name),
    reset: () => { change(withBoth(name, under().joints[name] ?? 0)); },
  });

  function withBoth(name, value) {
    const next = withJoint(key(), name, value, under());
    return pairOf(name) && desk.together ? withJoint(next, otherSide(name), value, under()) : next;
  }

  const root = (name) => slider({
    words,
    label: text.joints[`root.${name}`],
    limits: ROOT_LIMITS[name],
    get: () => whole().root[name],
    set: (value) => change(withRoot(key(), name, value, under()), `root.${name}`),
    changed: () => key().root !== undefined && name in key().root,
    reset: () => change(withRoot(key(), name, under().root[name], under())),
  });

  const region = (kind, side = "") => ({
    name: side ? `${kind}.${side}` : kind,
    title: text.titles[side ? `${kind}.${side}` : kind],
    controls: text.regions[kind].map((name) => joint(name.replace(".S", `.${side}`))),
  });

  const together = () => tick({
    label: words.together, get: () => desk.together, set: (on) => desk.setTogether(on),
  });

  const legs = region("leg", "R");
  legs.controls.unshift(together());
  return [
    {
      name: "root",
      title: text.titles.root,
      open: true,
      controls: [
        choice({
          label: words.base,
          options: Object.keys(desk.postures).map((name) => [name, text.postures[name] || name.replaceAll("_", " ")]),
          get: () => key().base,
          set: (base) => change(onPosture(key(), base)),
        }),
        root("pitch"), root("turn"), root("bend"),
        tick({
          label: words.by_hand, hint: words.by_hand_hint,
          get: () => !leansByItself(whole()),
          set: (byHand) => change(withHandSetLean(key(), byHand, under())),
        }),
      ],
    },
    region("spine"), region("head"), legs, region("leg", "L"), region("arm", "R"), region("arm", "L"),
    contact({ desk, key, under, whole, change }),
    timing({ key, whole, change, words }),
  ];
}

function contact({ desk: { text, names }, key, under, whole, change }) {
  const { words } = text;
  const hands = names.hands.flatMap((name) => (SIDED[name] ? [`${name}.R`, `${name}.L`] : [name]));
  const valueOf = (spec) => (spec === undefined ? "" : JSON.stringify(spec));
  const specOf = (name) => (IN_WORLD.includes(name) ? { at: name } : name);
  const footSpecs = ["free", "flat", "pin", "toes", { at: "thigh.R" }, { at: "thigh.L" }];

  const place = (kind, side, label, options) => choice({
    label,
    options: () => {
      const list = [["", words.as_posture], ...options];
      const now = valueOf(saysPlace(key(), kind, side));
      if (!list.some(([value]) => value === now)) list.push([now, describe(kind, saysPlace(key(), kind, side))]);
      return list;
    },
    get: () => valueOf(saysPlace(key(), kind, side)),
    set: (value) => change(withPlace(key(), kind, side, value === "" ? undefined : JSON.parse(value))),
    changed: () => saysPlace(key(), kind, side) !== undefined,
  });
  const describe = (kind, spec) => {
    const at = typeof spec === "string" ? spec : spec.at;
    return `${text[kind][at] || at || words.as_written} *`;
  };
  const handOptions = hands.map((name) => [JSON.stringify(specOf(name)), text.hands[name] || name]);
  const footOptions = footSpecs.map((spec) => [JSON.stringify(spec), text.feet[spec.at || spec]]);

  /** Where on the floor a hand lies, in centimetres. */
  const onFloor = (side, field, label, limits) => slider({
    words,
    label,
    limits,
    unit: "",
    get: () => Math.round((whole().hands[side].at === "floor" ? whole().hands[side][field] ?? 0 : 0) * 100),
    set: (value) => {
      const spec = whole().hands[side];
      if (spec.at !== "floor") return;
      change(withPlace(key(), "hands", side, { ...spec, [field]: value / 100 }), `${side}${field}`);
    },
    changed: () => saysPlace(key(), "hands", side)?.[field] !== undefined,
    reset: () => {
      const spec = { ...whole().hands[side] };
      delete spec[field];
      change(withPlace(key(), "hands", side, spec));
    },
  });
  const floorOf = (side) => {
    const rows = [
      onFloor(side, "dx", words.forward, [-80, 80]), onFloor(side, "dz", words.outward, [-80, 80]),
      onFloor(side, "high", words.high, [0, 120]),
    ];
    return rows.map(({ element, refresh }) => ({
      element,
      refresh: () => { element.hidden = whole().hands[side].at !== "floor"; refresh(); },
    }));
  };
  return {
    name: "contact",
    title: words.contact,
    controls: [
      place("hands", "R", words.right_hand, handOptions), ...floorOf("R"),
      place("hands", "L", words.left_hand, handOptions), ...floorOf("L"),
      place("feet", "R", words.right_foot, footOptions), place("feet", "L", words.left_foot, footOptions),
    ],
    under,
  };
}

function timing({ key, whole, change, words }) {
  return {
    name: "time",
    title: words.time,
    controls: [
      typed({ label: words.move, limits: [0.25, 20], step: 0.25, get: () => key().move, set: (value) => change(withField(key(), "move", value)) }),
      typed({ label: words.hold, limits: [0, 120], step: 0.5, get: () => key().hold, set: (value) => change(withField(key(), "hold", value)) }),
      choice({
        label: words.breath,
        options: [["", words.none], ["in", words.in], ["out", words.out]],
        get: () => (["in", "out"].includes(key().breath) ? key().breath : ""),
        set: (value) => change(withField(key(), "breath", value || undefined)),
      }),
      slider({
        words, label: words.air, limits: [-1, 1], step: 0.1, unit: "",
        get: () => whole().air, set: (value) => change(withField(key(), "air", value), "air"),
        changed: () => "air" in key(), reset: () => change(withField(key(), "air", undefined)),
      }),
    ],
  };
}
