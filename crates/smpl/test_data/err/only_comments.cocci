// Use kzalloc everywhere.
