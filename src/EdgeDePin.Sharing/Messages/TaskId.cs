namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// Names one attempt of one task of one requester; together with the requester's node id it is unique for ever. A request that
/// is sent again keeps it, a task that is placed again gets the next attempt.
/// </summary>
/// <param name="Job">The start of the requester that the task belongs to: its first sequence number.</param>
/// <param name="Task">Counted by the requester, from 1.</param>
/// <param name="Attempt">From 1.</param>
public readonly record struct TaskId(ulong Job, uint Task, uint Attempt)
{
    public TaskId Next => this with { Attempt = Attempt + 1 };

    public override string ToString() => $"{Job:x}/{Task}/{Attempt}";
}
