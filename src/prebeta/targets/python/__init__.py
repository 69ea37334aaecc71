"""Products in this process: functions, classes, agents of frameworks."""
