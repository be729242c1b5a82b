// Figures as people read them: the same words as the console's, so that a figure shown in two places is the same text.

const DURATIONS = ["ns", "µs", "ms", "s"];
const SIZES = ["B", "kB", "MB", "GB", "TB"];
const MULTIPLES = ["", "k", "M", "G"];
const NONE = "–";

/** Three significant digits in the unit that suits. Rounding decides, or 999.9 µs would be shown as 1000 µs. */
function scaled(value, units, space) {
  let unit = 0;
  for (; Math.abs(value) >= 999.5 && unit < units.length - 1; unit++)
    value /= 1000;
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2) + space + units[unit];
}

const nanoseconds = value => value == null ? NONE : value === 0 ? "0 ns" : scaled(value, DURATIONS, " ");
const seconds = value => value == null ? NONE : nanoseconds(value * 1e9);
const bytes = value => value == null ? NONE : value < 1000 && Number.isInteger(value) ? `${value} B` : scaled(value, SIZES, " ");
const count = value => value == null ? NONE : Math.round(value).toLocaleString("en-US");
const perSecond = value => value == null ? NONE : value === 0 ? "0/s" : `${scaled(value, MULTIPLES, "")}/s`;
const bytesPerSecond = value => value == null ? NONE : `${bytes(value)}/s`;
const plain = value => value == null ? NONE : String(Math.round(value * 1000) / 1000);
const ratePer = (total, time) => time > 0 ? total / time : 0;

function percent(share) {
  const value = share * 100;
  return value === 0 ? "0 %" : value < 0.001 ? "<0.001 %" : `${Math.round(value * 1000) / 1000} %`;
}

/** The length of a run: 12.3 s, 1m02s, 1h00m05s. */
function length(time) {
  if (time < 59.95)
    return `${Math.round(time * 10) / 10} s`;
  const whole = Math.round(time);
  const two = number => String(number).padStart(2, "0");
  return time < 3599.5
    ? `${Math.floor(whole / 60)}m${two(whole % 60)}s`
    : `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m${two(whole % 60)}s`;
}

/** A moment of a run as a clock shows it: 1:02, 1:00:05, with tenths where they matter. */
function clock(time, decimals = 0) {
  const unit = 10 ** decimals;
  const rounded = Math.round(time * unit) / unit;
  const two = number => number.toFixed(decimals).padStart(decimals ? 3 + decimals : 2, "0");
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor(rounded / 60) % 60;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${two(rounded % 60)}` : `${minutes}:${two(rounded % 60)}`;
}

function threshold(result) {
  const value = result.value;
  if (value == null)
    return "nothing was counted: is the name right?";
  switch (result.unit) {
    case "seconds": return seconds(value);
    case "per_second": return perSecond(value);
    case "share": return percent(value);
    case "value": return plain(value);
    case "condition": return value > 0 ? "true" : "false";
    default: return count(value);
  }
}

/** Text of scripts and servers for one line: what would move, hide or reorder text is shown in place of being done. */
const visible = text => String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, shown);

/** The same for text that has lines. */
const visibleLines = text => String(text).replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, shown);

function shown(character) {
  const code = character.codePointAt(0);
  return { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character]
    ?? (code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`);
}
