// Shows what the gate tells, as large as it fits; and says so when the gate tells nothing.
(() => {
  'use strict';

  const SILENCE_MS = 6000; // the gate says something every two seconds
  const SIZE_MAX = 200;
  const SIZE_MIN = 10;
  const body = document.body;
  const words = document.getElementById('words');
  const lost = JSON.parse(body.dataset.lost);
  let stream;
  let silence;

  const line = (tag, lang, text) => {
    const element = document.createElement(tag);
    if (lang) {
      element.lang = lang;
    }
    element.textContent = text;
    return element;
  };

  const joined = (lines) => lines.flatMap((each, at) => [...(at ? [' · '] : []), line('span', each.lang, each.text)]);

  const fits = (size) => {
    document.documentElement.style.setProperty('--size', size + 'px');
    return words.scrollHeight <= words.clientHeight && words.scrollWidth <= words.clientWidth;
  };

  const fit = () => {
    let low = SIZE_MIN;
    let high = SIZE_MAX;
    while (low < high) {
      const size = Math.ceil((low + high) / 2);
      if (fits(size)) {
        low = size;
      } else {
        high = size - 1;
      }
    }
    fits(low);
  };

  const show = (screen) => {
    body.dataset.look = screen.look;
    document.getElementById('title').textContent = screen.title;
    document.getElementById('direction').replaceChildren(...joined(screen.direction));
    words.replaceChildren(
      ...(screen.name ? [Object.assign(line('div', '', screen.name), { className: 'name' })] : []),
      ...screen.words.map((each) => {
        const block = line('div', each.lang, '');
        block.append(line('h1', '', each.headline));
        if (each.remedy) {
          block.append(line('span', '', each.remedy));
        }
        return block;
      }));
    document.getElementById('hints').replaceChildren(...screen.hints.map((each) => {
      const hint = document.createElement('div');
      hint.append('⚠ ', ...joined(each));
      return hint;
    }));
    fit();
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(silent, SILENCE_MS);
  };

  const connect = () => {
    if (stream) {
      stream.close();
    }
    stream = new EventSource('events');
    stream.addEventListener('screen', (event) => {
      if (event.lastEventId !== body.dataset.build) {
        location.reload(); // the gate has a newer page
        return;
      }
      heard();
      show(JSON.parse(event.data));
    });
    stream.addEventListener('beat', heard);
    heard();
  };

  // The browser connects again by itself as a rule, but not after every kind of failure, and not where a line hangs.
  const silent = () => {
    show(lost);
    connect();
  };

  addEventListener('resize', fit);
  show(lost);
  connect();
})();
