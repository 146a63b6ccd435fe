// What the browser adds to plain pages: text selected for a comment, keys, and a word when the network fails.
"use strict";
