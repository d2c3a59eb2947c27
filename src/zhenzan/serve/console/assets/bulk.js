// Looks again every second how far the work is.
setTimeout(() => location.reload(), 1000);
