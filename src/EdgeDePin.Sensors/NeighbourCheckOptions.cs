using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Sensors;

/// <summary>How readings are compared with those of other nodes of the site.</summary>
public sealed class NeighbourCheckOptions
{
    /// <summary>Seconds from telling the neighbours the latest values to telling them again, 1 to 120. Default 60.</summary>
    [Range(1, 120)]
    public double PeriodSeconds { get; set; } = 60;

    /// <summary>
    /// Seconds for which a sensor has to be unlike its neighbours, without a reading that is not, before it is suspect: a front or a cloud of
    /// dust passes. 0 to 3,600. Default 600.
    /// </summary>
    [Range(0, 3_600)]
    public double SustainSeconds { get; set; } = 600;

    /// <summary>Times what two good sensors at one place differ by, 1 to 10; where the neighbours are spread wider, their spread counts. Default 3.</summary>
    [Range(1, 10)]
    public double Tolerance { get; set; } = 3;
}
