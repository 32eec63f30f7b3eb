/**
 * The part of the sketchpad that runs in the reader's browser: written out into the notebook, so it
 * imports nothing.
 *
 * @module
 */

/** What the sketchpad is told. */
export interface SketchpadSettings {
  /** Of the server, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** What the server calls the model. */
  readonly model: string;
  /** The browser's. */
  readonly fetch: (url: string, options?: RequestInit) => Promise<Response>;
}

/** Makes an element a sheet to draw on, and says beside it what the server reads. */
export function startSketchpad(root: HTMLElement, settings: SketchpadSettings): void {
  const { url, model, fetch } = settings;
  const side = 28, box = 20, pen = 19;
  const [sheet, seen] = [...root.querySelectorAll("canvas")] as [
    HTMLCanvasElement,
    HTMLCanvasElement,
  ];
  const bars = root.querySelector<HTMLElement>("[data-bars]")!;
  const words = root.querySelector<HTMLElement>("[data-words]")!;
  const ink = sheet.getContext("2d", { willReadFrequently: true })!;
  let last: { x: number; y: number } | undefined;
  let isAsking = false;
  let isStale = false;

  function clear(): void {
    ink.fillStyle = "white";
    ink.fillRect(0, 0, sheet.width, sheet.height);
    seen.getContext("2d")!.clearRect(0, 0, side, side);
    bars.textContent = "";
    words.textContent = "Draw a digit.";
  }

  function placeOf(event: PointerEvent): { x: number; y: number } {
    const { left, top, width } = sheet.getBoundingClientRect();
    const scale = sheet.width / width;
    return { x: (event.clientX - left) * scale, y: (event.clientY - top) * scale };
  }

  function draw(event: PointerEvent): void {
    if (!last) return;
    const { x, y } = placeOf(event);
    ink.beginPath();
    ink.lineCap = ink.lineJoin = "round";
    ink.lineWidth = pen;
    ink.strokeStyle = "black";
    ink.moveTo(last.x, last.y);
    ink.lineTo(x, y);
    ink.stroke();
    last = { x, y };
    void ask();
  }

  /** As MNIST was made: the ink 20 pixels long, its centre of mass in the middle of 28×28. */
  function digit(): number[] | undefined {
    const { data, width, height } = ink.getImageData(0, 0, sheet.width, sheet.height);
    let left = width, top = height, right = -1, bottom = -1, mass = 0, sumX = 0, sumY = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const dark = 255 - data[4 * (y * width + x)]!;
        if (dark < 32) continue;
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
        mass += dark;
        sumX += dark * x;
        sumY += dark * y;
      }
    }
    if (right < 0) return undefined;
    const scale = box / Math.max(right - left, bottom - top);
    const small = seen.getContext("2d", { willReadFrequently: true })!;
    small.fillStyle = "white";
    small.fillRect(0, 0, side, side);
    small.imageSmoothingQuality = "high";
    const middle = 14.5; // where MNIST's digits have their centre of mass, on average
    const x = middle - scale * (sumX / mass - left), y = middle - scale * (sumY / mass - top);
    const wide = right - left, high = bottom - top;
    small.drawImage(sheet, left, top, wide, high, x, y, scale * wide, scale * high);
    const pixels = small.getImageData(0, 0, side, side).data;
    return Array.from({ length: side * side }, (_, i) => 255 - pixels[4 * i]!);
  }

  /** One question at a time; what was drawn meanwhile is asked next. */
  async function ask(): Promise<void> {
    if (isAsking) return void (isStale = true);
    isAsking = true;
    try {
      do {
        isStale = false;
        const pixels = digit();
        if (pixels) show(await predict(pixels));
      } while (isStale);
    } catch (error) {
      bars.textContent = "";
      words.textContent = error instanceof TypeError ? await whyNot() : String(error);
    } finally {
      isAsking = false;
    }
  }

  interface Prediction {
    readonly label: string;
    readonly probabilities: readonly number[];
  }

  async function predict(pixels: readonly number[]): Promise<Prediction> {
    const response = await fetch(`${url}/v1/models/${encodeURIComponent(model)}:predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instances: [pixels] }),
    });
    const answer = await response.json();
    if (!response.ok) throw `The server at ${url} refused: ${answer.error ?? response.status}`;
    return answer.predictions[0];
  }

  /** A browser says only that a request failed; asked without looking at the answer, it says more. */
  async function whyNot(): Promise<string> {
    try {
      await fetch(`${url}/v2/health/live`, { mode: "no-cors" });
      return `The server at ${url} does not answer this page: start it with cors "*" ` +
        `(deno task serve --cors "*").`;
    } catch {
      return `Nothing answers at ${url}: start the server, and run this cell again if it has ` +
        "another address now.";
    }
  }

  function show({ label, probabilities }: Prediction): void {
    words.textContent = `It reads ${label}, ${
      (100 * Math.max(...probabilities)).toFixed(1)
    } % sure.`;
    bars.replaceChildren(...probabilities.map((probability, i) => {
      const row = document.createElement("div");
      const name = document.createElement("span");
      const bar = document.createElement("span");
      row.style.cssText = "display:flex;align-items:center;gap:6px;height:15px";
      name.textContent = String(i);
      name.style.cssText = "width:1.2em;text-align:right";
      bar.style.cssText = `height:9px;border-radius:2px;background:#0072B2;width:${
        1 + 139 * probability
      }px`;
      row.append(name, bar);
      return row;
    }));
  }

  sheet.addEventListener("pointerdown", (event) => {
    sheet.setPointerCapture(event.pointerId);
    last = placeOf(event);
    draw(event);
  });
  sheet.addEventListener("pointermove", draw);
  for (const kind of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(kind, () => last = undefined);
  }
  root.querySelector("button")!.addEventListener("click", clear);
  clear();
}
