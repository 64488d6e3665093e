namespace EdgeDePin.Analytics.Faults;

/// <summary>What is wrong with a sensor.</summary>
public enum FaultReason
{
    /// <summary>Values that the quantity cannot have: a broken wire or element.</summary>
    Range,

    /// <summary>Jumps that the quantity does not make, again and again: a loose contact.</summary>
    Step,

    /// <summary>It does not move any more.</summary>
    FlatLine,

    /// <summary>At the end of its scale for most of a day: a wet humidity element, a converter at its end.</summary>
    Saturated,

    /// <summary>It moves away from the sensors that it used to agree with.</summary>
    Drift,

    /// <summary>Its instants go back, or stand still.</summary>
    Clock,
}

/// <summary>How broken a sensor was in one hour.</summary>
/// <param name="From">Begin of the hour.</param>
/// <param name="Score">0: well; 1: certainly broken. At and above <see cref="FaultWatch.Alarm"/> somebody should look.</param>
/// <param name="Reason">The worst of them; null where the score is 0.</param>
/// <param name="Detail">One sentence for people; empty where the score is 0.</param>
public readonly record struct FaultScore(DateTimeOffset From, double Score, FaultReason? Reason, string Detail);
