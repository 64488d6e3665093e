using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>A piece of work that comes to a crew from outside any graph, and is told what was measured of it.</summary>
internal abstract class LaneWork
{
    public abstract TaskNeeds Needs { get; }

    /// <summary>Who goes first among equal priorities: the higher number.</summary>
    public abstract double Rank { get; }

    /// <summary>On a lane. What it throws is noted as a failure.</summary>
    public abstract void Run(TaskScope scope);

    /// <summary>
    /// On the lane, once, after <see cref="Run"/>; or without it when the standing run was closed first (the record's attempt is 0).
    /// Must not throw.
    /// </summary>
    public abstract void Ended(in LaneRecord record);
}
