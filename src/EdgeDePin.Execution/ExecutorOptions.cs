using System.ComponentModel.DataAnnotations;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution;

/// <summary>How much of the machine the executor may use.</summary>
public sealed class ExecutorOptions
{
    /// <summary>Threads that run tasks. Default: one per processor, at most 64.</summary>
    [Range(1, LaneOptions.MaxLanes)]
    public int Lanes { get; set; } = Math.Min(Environment.ProcessorCount, LaneOptions.MaxLanes);

    /// <summary>Tasks of all graphs that run at the same time; a graph that does not fit waits. Default 65,536 (about 20 MiB).</summary>
    [Range(1, 16_777_216)]
    public int MaxOpenTasks { get; set; } = 65_536;

    /// <summary>Guest tasks that wait or run; more are refused. Default 4.</summary>
    [Range(0, 1024)]
    public int MaxGuests { get; set; } = 4;

    /// <summary>
    /// Lanes that guests may hold at the same time. Default 0: all but one, and at least one, so that own work finds a lane.
    /// </summary>
    [Range(0, 1024)]
    public int GuestLanes { get; set; }

    /// <summary>Neighbours that are tried for one task before it stays here. Default 3.</summary>
    [Range(0, 16)]
    public int MaxRemoteAttempts { get; set; } = 3;

    /// <summary>
    /// After this many times its expected completion, and not before <see cref="MinPatience"/>, a handed-over task counts as
    /// lost. Default 10: the protocol's own leases should expire long before.
    /// </summary>
    [Range(1, 1000)]
    public int Patience { get; set; } = 10;

    /// <summary>The least time to wait for a neighbour, above 0. Default 10 s.</summary>
    public TimeSpan MinPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How far lanes stand back for other threads and processes of the machine, 0 to 19 (<see cref="LaneOptions.Nice"/>). Default 0; a
    /// node gives 10, so that whoever reads a sensor gets the processor at once.
    /// </summary>
    [Range(0, 19)]
    public int Nice { get; set; }

    /// <exception cref="ValidationException">An option is outside its range; the message names it.</exception>
    internal ExecutorOptions Validated()
    {
        Require(Lanes is >= 1 and <= LaneOptions.MaxLanes, nameof(Lanes), Lanes, $"1 to {LaneOptions.MaxLanes}");
        Require(Nice is >= 0 and <= 19, nameof(Nice), Nice, "0 to 19");
        Require(MaxOpenTasks is >= 1 and <= 1 << 24, nameof(MaxOpenTasks), MaxOpenTasks, "1 to 16,777,216");
        Require(MaxGuests is >= 0 and <= 1024, nameof(MaxGuests), MaxGuests, "0 to 1024");
        Require(GuestLanes >= 0 && GuestLanes <= Lanes, nameof(GuestLanes), GuestLanes, $"0 to {Lanes} lanes");
        Require(MaxRemoteAttempts is >= 0 and <= 16, nameof(MaxRemoteAttempts), MaxRemoteAttempts, "0 to 16");
        Require(Patience is >= 1 and <= 1000, nameof(Patience), Patience, "1 to 1000");
        Require(MinPatience > TimeSpan.Zero, nameof(MinPatience), MinPatience, "above 0");
        return this;
    }

    private static void Require(bool condition, string option, object value, string range)
    {
        if (!condition)
        {
            throw new ValidationException($"Executor option {option} is {value}; it must be {range}.");
        }
    }
}
