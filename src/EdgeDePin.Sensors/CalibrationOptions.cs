namespace EdgeDePin.Sensors;

/// <summary>How the values of one quantity of a sensor become better ones: slope × value + offset.</summary>
public sealed class CalibrationOptions
{
    /// <summary>One that the chip measures, e.g. <c>temperature</c>.</summary>
    public string Quantity { get; set; } = "";

    /// <summary>Applied first, 0.2 to 5. Default 1.</summary>
    public double Slope { get; set; } = 1;

    /// <summary>Added then, in the unit of the quantity. Default 0.</summary>
    public double Offset { get; set; }

    /// <summary>Who compared it with what, and when; kept beside the readings. 1 to 200 characters.</summary>
    public string Provenance { get; set; } = "";
}
