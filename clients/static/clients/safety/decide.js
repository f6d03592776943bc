/**
 * What the answers of a safety check ask for, on the device, so that it works without a network. Pure.
 *
 * The twin of clients/rules/safety.py; tests/vectors/safety.json binds the two. Levels and questions come with the
 * page; nothing clinical is written here.
 */

const NONE = "none";

/** True where one question was answered with a yes: a symptom or "not sure", whatever else is ticked beside it. */
export const isYes = (ticked = []) => ticked.some((each) => each !== NONE);

/**
 * Return {level, missing, final}. questions: [{id, level}] as asked; answers: {id: [ticked]}; levels: most serious
 * first. The most serious level is final whatever else is unanswered; otherwise an unanswered question is no "no".
 */
export function decide(questions, answers, levels) {
  const yes = new Set(questions.filter(({ id }) => isYes(answers[id])).map(({ level }) => level));
  const level = levels.find((each) => yes.has(each)) ?? null;
  const missing = questions.filter(({ id }) => !answers[id]?.length).map(({ id }) => id);
  return { level, missing, final: missing.length === 0 || level === levels[0] };
}
