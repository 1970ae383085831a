"""The pages for people, opened in Debian's Chromium: what a reader without a mouse, a script or
colours has of them."""
