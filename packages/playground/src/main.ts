// SPDX-License-Identifier: MIT
// Where the page begins.
import { Playground } from "./playground.js";

new Playground().start();
