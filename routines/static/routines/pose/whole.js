/** The panels of the whole figure: camera, sides, arrows and highlights, things. */
import { button, choice, make, slider, tick, typed } from "#routines/pose/controls.js";
import { withField } from "#routines/pose/layer.js";
import { fill, partWords } from "#routines/pose/sentences.js";

const UNDER = ["hands", "feet", "shanks", "forearms", "pelvis"];
const CARRYING = ["block", "counter", "step", "table"];
const asProp = (prop) => (typeof prop === "string" ? { type: prop } : prop);
const plain = (prop) => (Object.keys(prop).length === 1 ? prop.type : prop);

export function wholePanels(desk) {
  const { text, names } = desk;
  const { words } = text;
  const landmark = (name) => partWords(name, { ...text.warnings, parts: text.landmarks });
  const landmarks = names.landmarks.map((name) => [name, landmark(name)]);
  const poses = () => desk.figure.keys.map((_, i) => [String(i), fill(words.pose, { n: i + 1 })]);
  const change = (field, value, label) => desk.changeFigure(withField(desk.figure, field, value), label);
  const inCamera = (name, value) => change("camera", { ...desk.figure.camera, [name]: value }, `camera.${name}`);

  return [
    {
      name: "camera",
      title: words.camera,
      controls: [
        slider({ words, label: words.yaw, limits: [-180, 360], get: () => desk.figure.camera.yaw, set: (value) => inCamera("yaw", value) }),
        slider({ words, label: words.pitch, limits: [-30, 90], get: () => desk.figure.camera.pitch, set: (value) => inCamera("pitch", value) }),
        choice({
          label: words.crop,
          options: [["", words.crop_none], ...landmarks],
          get: () => desk.figure.crop?.at ?? "",
          set: (at) => change("crop", at ? { r: 0.4, ...desk.figure.crop, at } : undefined),
        }),
        slider({
          words, label: words.crop_r, limits: [15, 150], unit: "",
          get: () => Math.round((desk.figure.crop?.r ?? 0.4) * 100),
          set: (value) => desk.figure.crop && change("crop", { ...desk.figure.crop, r: value / 100 }, "crop.r"),
        }),
        choice({
          label: words.sides,
          options: [["none", words.sides_none], ["each", words.sides_each]],
          get: () => desk.figure.sides, set: (value) => change("sides", value),
        }),
        choice({
          label: words.anchor, options: landmarks, get: () => desk.figure.anchor ?? "pelvis",
          set: (value) => change("anchor", value === "pelvis" ? undefined : value),
        }),
      ],
    },
    { name: "marks", title: words.marks, controls: [rows(desk, "arrows", arrowRow), ...highlights()] },
    { name: "props", title: words.props, controls: [rows(desk, "props", propRow)] },
  ];

  function highlights() {
    const box = make("fieldset", { className: "pose-highlights" }, make("legend", { textContent: words.highlights }));
    const ticks = names.focus.map((name) => tick({
      label: partWords(name, { ...text.warnings, parts: text.focus }),
      get: () => desk.figure.focus.includes(name),
      set: (on) => change("focus", on ? [...desk.figure.focus, name] : desk.figure.focus.filter((one) => one !== name)),
    }));
    box.append(...ticks.map(({ element }) => element));
    return [{ element: box, refresh: () => ticks.forEach(({ refresh }) => refresh()) }];
  }

  /** A list whose rows are made anew when its length changes. */
  function rows({ figure }, field, makeRow) {
    const element = make("div", { className: "pose-rows" });
    let controls = [];
    let shown = null;
    const list = () => desk.figure[field] || [];
    const put = (index, value) => change(field, value === null ? list().toSpliced(index, 1) : list().with(index, value), `${field}${index}`);
    const build = () => {
      controls = [];
      element.replaceChildren(...list().map((_, index) => {
        const row = makeRow(index, () => list()[index], (value) => put(index, value));
        controls.push(...row.controls);
        const title = fill(field === "arrows" ? words.arrow : words.prop, { n: index + 1 });
        const group = make("fieldset", { className: "pose-row" }, make("legend", { textContent: title }), ...row.controls.map((one) => one.element));
        group.append(button(words.remove, () => { put(index, null); element.lastElementChild?.focus(); }, { about: title }));
        return group;
      }));
      const most = field === "arrows" ? 4 : 8;
      const fresh = field === "arrows" ? { point: "knee.R" } : "pillow";
      const add = button(field === "arrows" ? words.add_arrow : words.add_prop, () => {
        change(field, [...list(), fresh]);
        element.querySelector("fieldset:last-of-type select")?.focus();
      }, { kind: "outline" });
      add.disabled = list().length >= most;
      element.append(add);
    };
    const refresh = () => {
      const signature = JSON.stringify(list().map((one) => Object.keys(asProp(one)).concat(asProp(one).type ?? "")));
      if (signature !== shown || !figure) { shown = signature; build(); }
      controls.forEach((one) => one.refresh());
    };
    refresh();
    return { element, refresh };
  }

  function arrowRow(index, get, put) {
    if (!get().point) return { controls: [{ element: make("p", { className: "muted", textContent: words.arrow_written }), refresh() {} }] };
    const last = () => Math.min(1, desk.figure.keys.length - 1);
    return {
      controls: [
        choice({ label: words.arrow_point, options: landmarks, get: () => get()?.point ?? "", set: (point) => put({ ...get(), point }) }),
        choice({ label: words.arrow_from, options: poses, get: () => String(get()?.from ?? 0), set: (value) => put({ ...get(), from: Number(value) }) }),
        choice({
          label: words.arrow_to, options: poses, get: () => String(get()?.to ?? get()?.key ?? last()),
          set: (value) => put({ ...withField(get(), "key", undefined), to: Number(value) }),
        }),
      ],
    };
  }

  function propRow(index, get, put) {
    const now = () => asProp(get() ?? "mat");
    const set = (field, value) => put(plain(withField(now(), field, value)));
    const controls = [
      choice({
        label: words.prop_type, options: names.props.map((name) => [name, text.props[name] || name]), get: () => now().type,
        set: (type) => put(plain(CARRYING.includes(type) ? { type, under: now().under ?? "hands" } : { type })),
      }),
    ];
    if (now().type === "wall" || now().type === "chair") {
      controls.push(choice({
        label: words.prop_at,
        options: [["", words.prop_at_none], ...(now().type === "wall" ? ["hands", "feet"] : ["calves"]).map((at) => [at, words[`prop_at_${at}`]])],
        get: () => now().at ?? "", set: (at) => set("at", at || undefined),
      }));
    }
    if (CARRYING.includes(now().type)) {
      controls.push(choice({
        label: words.prop_under, options: UNDER.map((part) => [part, words[`both_${part}`] || words[part]]),
        get: () => (typeof now().under === "string" ? now().under : "hands"), set: (under) => set("under", under),
      }));
    }
    if (!["mat", "blanket"].includes(now().type)) {
      controls.push(
        choice({ label: words.prop_key, options: poses, get: () => String(now().key ?? 0), set: (value) => set("key", Number(value) || undefined) }),
        choice({ label: words.prop_since, options: poses, get: () => String(now().since ?? 0), set: (value) => set("since", Number(value) || undefined) }),
      );
    }
    if (["wall", "chair"].includes(now().type)) {
      controls.push(typed({
        label: words.prop_h, limits: [5, 300], get: () => (now().h ? Math.round(now().h * 100) : undefined),
        set: (value) => set("h", value ? value / 100 : undefined),
      }));
    }
    return { controls };
  }
}
