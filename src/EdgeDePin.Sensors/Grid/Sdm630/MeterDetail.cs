namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>How much of what a meter for three phases knows is asked for.</summary>
public enum MeterDetail
{
    /// <summary>Voltage of phase 1, sum of currents, total power, imported energy, frequency: one question.</summary>
    Totals,

    /// <summary>Also each phase: voltage, current, active, apparent and reactive power, power factor; their totals; exported energy. One question.</summary>
    Phases,

    /// <summary>Also distortion of voltages and currents, and both energies together: three questions.</summary>
    Everything,
}
