namespace EdgeDePin.Simulation.Buses;

/// <summary>What can happen to one question on a simulated bus.</summary>
public enum BusFault
{
    None,

    /// <summary>Nobody answers: no acknowledge on I2C, silence on a serial line.</summary>
    NoAnswer,

    /// <summary>One bit of the answer is inverted. Serial lines only: I2C has no checksum that could tell.</summary>
    BitFlip,

    /// <summary>The answer breaks off. Serial lines only.</summary>
    ShortFrame,
}
