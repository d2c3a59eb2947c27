// What every page does: the palette, single keys, blur, breaks.
import { startPalette } from "./palette.js";
import { startKeys } from "./keys.js";
import { startBlur } from "./blur.js";
import { startBreaks } from "./breaks.js";

startPalette();
startKeys();
startBlur();
startBreaks();
