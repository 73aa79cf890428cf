// SPDX-License-Identifier: MIT
// The package as a user's bundler makes it for browsers; frames import it by this file.
export * from "qjspool";
