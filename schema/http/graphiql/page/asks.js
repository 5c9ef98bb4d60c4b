// Values that only the running service knows, such as the id of a case of the chosen account, asked for when needed.
import { run } from "./fetcher.js";

const DAY = 86_400_000; // milliseconds
const UTC_8 = 8 * 3_600_000;

/**
 * The variables of an example with values in place of `{"$ask": "name.path"}`, `{"$day": 1}` (a date, counted from today;
 * with `at` a time of it) and `{"$year": 0}`. What is asked for and cannot be found is "".
 */
export async function filledIn(variables) {
  if (Array.isArray(variables)) {
    return Promise.all(variables.map(filledIn));
  }
  if (variables === null || typeof variables !== "object") {
    return variables;
  }
  const { $ask, $day, $year } = variables;
  if ($ask !== undefined) {
    const [name, ...path] = $ask.split(".");
    return asked(EXAMPLES.asks[name], path);
  }
  if ($day !== undefined) {
    return variables.at ? `${day($day)}T${variables.at}:00+08:00` : day($day);
  }
  if ($year !== undefined) {
    return Number(day(0).slice(0, 4)) + $year;
  }
  const entries = Object.entries(variables).map(async ([name, value]) => [name, await filledIn(value)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function asked({ query, path, variables }, rest) {
  try {
    const { data } = await run({ query, variables: variables && (await filledIn(variables)) });
    return found(data, [...path.split("."), ...rest]) ?? "";
  } catch {
    return ""; // the answer to the example itself will say what is wrong
  }
}

/** The first value at a path, where `*` is any item of a list and `?name=value` keeps objects that are like that. */
function found(value, [step, ...rest]) {
  if (value == null || step === undefined) {
    return value;
  }
  return next(value, step).map((item) => found(item, rest)).find((item) => item != null);
}

function next(value, step) {
  if (step.startsWith("?")) {
    const [name, wanted] = step.slice(1).split("=");
    return String(value[name]) === wanted ? [value] : [];
  }
  return step === "*" ? value : [value[step]];
}

/** The date that is some days from today, where the union is. */
function day(from) {
  return new Date(Date.now() + UTC_8 + from * DAY).toISOString().slice(0, 10);
}
