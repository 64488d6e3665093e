namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// How a test tries the orders in which lanes can meet: it is called between the steps that other lanes can see, and before a lane would
/// wait. Null in use.
/// </summary>
internal sealed class LaneProbe
{
    /// <summary>Between two steps.</summary>
    public required Action Between { get; init; }

    /// <summary>Before the calling thread waits: returns when the condition holds.</summary>
    public required Action<Func<bool>> Until { get; init; }

    /// <summary>Plants a fault: a lane that falls asleep does not look once more. A search that does not find it proves nothing.</summary>
    public bool ForgetsSecondLook { get; init; }

    /// <summary>Plants a fault: who hands on a task looks for sleepers before it shows the task.</summary>
    public bool LooksTooEarly { get; init; }
}
