namespace EdgeDePin.Execution;

/// <summary>How one execution ended.</summary>
public enum ExecutionOutcome : byte
{
    /// <summary>There is an output.</summary>
    Succeeded,

    /// <summary>The function threw; the record's cause says what.</summary>
    Failed,

    /// <summary>Never attempted, because something it depends on has no output.</summary>
    Skipped,

    /// <summary>The run was cancelled before or while the task ran.</summary>
    Cancelled,

    /// <summary>A neighbour did not take it, or its result was rejected. The task is placed again.</summary>
    Refused,

    /// <summary>A neighbour took it and no result came. The task is placed again.</summary>
    Lost,

    /// <summary>It ran longer than it was allowed to, and gave up when it was told.</summary>
    TimedOut,

    /// <summary>It failed for good, and the fallback gave what the tasks after it need.</summary>
    FellBack,

    /// <summary>
    /// No execution: its result was taken on trust and is taken back. The execution itself has a record of the same attempt, written before.
    /// </summary>
    Superseded,
}

/// <summary>How far a result may be believed.</summary>
public enum Verification
{
    /// <summary>This node computed it.</summary>
    Local,

    /// <summary>A neighbour computed it, and the policy's checks have confirmed it.</summary>
    Verified,

    /// <summary>A neighbour computed it; it was taken on trust and may still be checked.</summary>
    Provisional,

    /// <summary>There is no result to believe.</summary>
    None,
}
