namespace EdgeDePin.Sandbox.Guests;

/// <summary>Why a guest has no result.</summary>
public enum GuestFailure
{
    /// <summary>The module or the call breaks a rule; nothing was run.</summary>
    Refused,

    /// <summary>The fuel of the call was used up.</summary>
    OutOfFuel,

    /// <summary>It took longer than the host allows, whatever its fuel.</summary>
    OutOfTime,

    /// <summary>Its calls were nested too deeply.</summary>
    StackOverflow,

    /// <summary>It needs more memory than the call allows.</summary>
    Memory,

    /// <summary>Its output is larger than allowed.</summary>
    Output,

    /// <summary>An instruction that has no meaning: division by zero, a place outside the memory, unreachable.</summary>
    Trap,

    /// <summary>The guest itself said that it cannot.</summary>
    Gave,

    /// <summary>Compiling it took too long or too much memory.</summary>
    Compilation,

    /// <summary>The process that ran it ended. Another attempt may succeed.</summary>
    Process,
}
