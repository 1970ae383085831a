"""Lists of codes and crosswalks between them: SOC, O*NET-SOC, ISCO, ESCO, CIP, NAICS."""
