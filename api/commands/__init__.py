"""The commands of `yinzheng`, one file for each group."""
