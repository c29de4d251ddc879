// Where the visitor writes: a field that grows, Enter to send, and the attach button.
const LONGEST = 60_000;
const LARGEST_FILE = 5 * 1024 * 1024;
const TALLEST = 160;

export class Composer {
  constructor({ form, field, send, file }, { onText, onFile, onTooLong, onTooLarge }) {
    Object.assign(this, { field, send, onText, onTooLong });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    field.addEventListener("input", () => this.grow());
    field.addEventListener("keydown", (event) => {
      // While Telex or VNI still composes a syllable, Enter belongs to the keyboard.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    file.addEventListener("change", () => {
      const [chosen] = file.files;
      file.value = "";
      if (!chosen) return;
      if (chosen.size > LARGEST_FILE) onTooLarge(LARGEST_FILE / 1_048_576);
      else onFile(chosen);
      field.focus();
    });
    this.grow();
  }

  submit() {
    // Invisible control signs come along when one pastes from documents; the server would refuse them.
    const text = this.field.value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "").trim();
    if (!text) return;
    if (text.length > LONGEST) {
      this.onTooLong();
      return;
    }
    this.field.value = "";
    this.grow();
    this.field.focus();
    this.onText(text);
  }

  grow() {
    this.send.disabled = !this.field.value.trim();
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
  }
}
