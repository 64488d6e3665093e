// Processes are measured here (memory, start, processor time): one test at a time, or they would measure each other.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
