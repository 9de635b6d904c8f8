// Puts a file that was chosen into the field for a file, where it can be looked at before it is sent. Without script it is pasted.
(() => {
  const field = document.getElementById('csv');
  const choice = document.getElementById('csv-file');
  if (!field || !choice) return;
  choice.parentElement.hidden = false;
  choice.addEventListener('change', async () => {
    if (!choice.files.length) return;
    const bytes = await choice.files[0].arrayBuffer();
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // A spreadsheet's older form of Norwegian letters.
      text = new TextDecoder('windows-1252').decode(bytes);
    }
    field.value = text;
    field.focus();
  });
})();
