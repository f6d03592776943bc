/** Counts the seconds in which a change may be taken back, then takes the button away. The server counts for itself. */

/** Return what stands beside the button: the words that came with the page, with another number. */
export const leftWords = (words, seconds) => words.replace(/\d+/, seconds);

export default function mount(form) {
  const left = form.querySelector("[data-part=left]");
  const words = left.textContent;
  const until = performance.now() + Number(form.dataset.seconds) * 1000;
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    if (seconds > 0) {
      left.textContent = leftWords(words, seconds);
      return;
    }
    clearInterval(timer);
    form.hidden = true;
  }, 250);
}
