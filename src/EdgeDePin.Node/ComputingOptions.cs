using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>What a node computes from its readings, and with how many cores. Section <c>Computing</c> of the configuration.</summary>
public sealed class ComputingOptions
{
    /// <summary>Lanes that run tasks in parallel. Default 0: one for each core.</summary>
    [Range(0, 64)]
    public int Lanes { get; set; }

    /// <summary>Length of a window of readings, in seconds of the readings' own time. Default 60; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public double WindowSeconds { get; set; } = 60;

    /// <summary>How long after its end a window waits for late readings, in seconds of the readings' own time. Default 2; 0 to 3,600.</summary>
    [Range(0, 3_600)]
    public double LatenessSeconds { get; set; } = 2;

    /// <summary>How long after its end a closed window can be opened again by a late reading, once, in seconds of the readings' own time. Default 600; 0 to 86,400.</summary>
    [Range(0, 86_400)]
    public double ReopenSeconds { get; set; } = 600;

    /// <summary>Windows that come faster than this share a step of the anomaly detectors, which remember thousands of steps, in seconds. Default 300; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public double AnomalyStepSeconds { get; set; } = 300;

    /// <summary>Time between two rolling back-tests of the forecaster, in seconds. Default 60; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public double BackTestSeconds { get; set; } = 60;

    /// <summary>
    /// Whose past forecasts are made from: the address of this node's page, which answers questions about its store. Default
    /// http://127.0.0.1:8080; empty, or where it does not answer: from what this process has seen, 720 steps at most.
    /// </summary>
    public string ForecastStore { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Time between two trainings of all forecasts, in seconds. Default 21,600 (six hours, so one falls into the night); 10 to 604,800.</summary>
    [Range(10, 604_800)]
    public double ForecastEverySeconds { get; set; } = 21_600;

    /// <summary>Length of a step of a forecast, in whole seconds. Default 3,600; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int ForecastStepSeconds { get; set; } = 3_600;

    /// <summary>Steps that are forecast. Default 24; 1 to 500.</summary>
    [Range(1, 500)]
    public int ForecastHorizon { get; set; } = 24;

    /// <summary>Days of the past that are learned from. Default 400; 1 to 2,000.</summary>
    [Range(1, 2_000)]
    public int ForecastDays { get; set; } = 400;

    /// <summary>
    /// Executions of a minute that all become points of their own; beyond it failures, critical ones and those that involve neighbours do, and
    /// a sample of the others. Sums by the minute count everything. Default 600; 0 to 1,000,000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int ExecutionPointsPerMinute { get; set; } = 600;

    /// <summary>
    /// Execution records kept in the data folder, in MB: the oldest go beyond it. Default 512, about ten million records; 16 to 1,048,576.
    /// </summary>
    [Range(16, 1_048_576)]
    public int RecordsMegabytes { get; set; } = 512;
}
