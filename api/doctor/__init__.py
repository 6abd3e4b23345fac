"""What `yinzheng doctor` looks at: the program, the machine, the settings, the index; one file each."""
